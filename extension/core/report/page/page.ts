import type { Report } from '../report-schema.ts';
import { alternativesPart } from './alternatives-part.ts';
import { comparisonPart } from './comparison-part.ts';
import { counterexamplesPart } from './counterexamples-part.ts';
import { elementsPart } from './elements-part.ts';
import { markup, type Markup } from './markup.ts';
import { errorBoundsPart } from './error-bounds-part.ts';
import { modesPart } from './modes-part.ts';
import { overviewPart } from './overview-part.ts';
import { physicsPart } from './physics-part.ts';
import { riskPart } from './risk-part.ts';
import { searchPart } from './search-part.ts';
import { pageStyle } from './style.ts';

/**
 * A report as one page of HTML that needs nothing else: no script, no request, figures as inline SVG with a table beside
 * each. Every text from the report is escaped.
 *
 * @param styleHash base64 of the sha-256 of `pageStyle`, which the page's policy allows and nothing else
 */
export function reportPage(report: Report, styleHash: string): string {
  const { overview, alternatives, elements, errorBounds, physics, risk, failureModes, comparison, methods } = report;
  const parts: [id: string, name: string, part: Markup | null][] = [
    ['overview', 'Overview', overviewPart(report)],
    ['refinement', 'Refinement and discovery', searchPart(report)],
    [
      'alternatives',
      'Alternatives',
      alternatives === null ? null : alternativesPart(alternatives, overview.criterion.unit),
    ],
    [
      'elements',
      'Elements',
      elements === null ? null : elementsPart(elements, overview.criterion.unit, overview.search.tested.rate),
    ],
    ['bounds', 'Error bounds', errorBounds === null ? null : errorBoundsPart(errorBounds)],
    ['physics', 'Physical laws', physics === null ? null : physicsPart(physics)],
    ['modes', 'Failure modes', failureModes === null ? null : modesPart(failureModes)],
    ['risk', 'Risk', risk === null ? null : riskPart(risk)],
    ['models', 'Models', comparison === null ? null : comparisonPart(comparison)],
    ['counterexamples', 'Counterexamples', counterexamplesPart(report)],
    ['methods', 'Methods', methodsPart(methods)],
  ];
  const there = parts.flatMap(([id, name, part]) => (part === null ? [] : [{ id, name, part }]));
  const title = `${overview.project}: ${overview.model.id}`;
  // Not a value of the template: a style sheet is raw text to HTML, and its hash is over these very characters.
  const style: Markup = { markup: `<style>${pageStyle}</style>` };
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${title} · proof-carrying materials</title>${style}</head>
<body><header><p class="soft">Report of a certificate</p><h1>${title}</h1><p class="soft">Certificate <span class="hash">${report.certificate.hash}</span>, written by ${overview.engine.name} ${overview.engine.version}</p><nav aria-label="Sections">${there.map(({ id, name }) => markup`<a href="#${id}">${name}</a> `)}</nav></header>
<main>${there.map(({ part }) => part)}</main></body></html>
`.markup;
}

function methodsPart({ paragraphs, references }: Report['methods']): Markup {
  return markup`<section id="methods"><h2>Methods</h2>${paragraphs.map((paragraph) => markup`<p>${paragraph}</p>`)}<h3>References</h3><ol class="references">${references.map(({ text }) => markup`<li>${text}</li>`)}</ol></section>`;
}
