import type { CancellationToken, TestItem, TestMessage, TestRun, TestRunRequest } from 'vscode';
import type { CertificateEvent, ShownObligation } from '../protocol/certificate-event.ts';
import type { CertificateStore, ProjectEntry } from './certificate-store.ts';
import { shownState } from './certificate-tree.ts';
import { checkCertificate, type CheckPlace } from './check-certificate.ts';
import type { FeatureHost } from './feature.ts';
import { theoremLines } from './theorem-places.ts';

/** A certificate as the explorer knows it. */
interface Listed {
  readonly project: ProjectEntry;
  readonly certificate: CertificateEvent;
}

/** Obligations in the Test Explorer: a certificate is a suite, a theorem a test, and its name the id. */
export function registerTestExplorer(host: FeatureHost, store: CertificateStore): void {
  const { api, context, log } = host;
  const controller = api.tests.createTestController('pcm.obligations', api.l10n.t('PCM Obligations'));
  /** What was published last per certificate, so that the same verdicts are not reported twice. */
  const published = new Map<string, string>();
  const lines = new Map<string, { readonly hash: string; readonly lines: ReadonlyMap<string, number> }>();

  const listed = (): Map<string, Listed> =>
    new Map(
      store
        .projects()
        .flatMap((project) => project.certificates.map((certificate) => [certificate.file, { project, certificate }])),
    );

  async function rebuild(): Promise<void> {
    const known = listed();
    for (const [id] of controller.items) if (!known.has(id)) controller.items.delete(id);
    for (const { certificate } of known.values()) {
      await readLines(certificate);
      list(certificate);
      publish(certificate);
    }
  }

  async function readLines({ file, hash, lean }: CertificateEvent): Promise<void> {
    if (lines.get(file)?.hash === hash) return;
    const bytes = await api.workspace.fs.readFile(api.Uri.file(lean.file)).then(
      (read) => read,
      () => new Uint8Array(),
    );
    lines.set(file, { hash, lines: theoremLines(new TextDecoder().decode(bytes)) });
  }

  function list(certificate: CertificateEvent): void {
    const { file, model, lean, obligations, config } = certificate;
    const uri = api.Uri.file(lean.file);
    const suite = controller.items.get(file) ?? controller.createTestItem(file, model, uri);
    suite.description = config;
    suite.children.replace(
      obligations.map(({ theorem, obligation }) => {
        const item = suite.children.get(theorem) ?? controller.createTestItem(theorem, theorem, uri);
        const line = lines.get(file)?.lines.get(theorem);
        if (line !== undefined) item.range = new api.Range(line, 0, line, 'theorem '.length + theorem.length);
        item.description = obligation === theorem ? '' : obligation;
        return item;
      }),
    );
    controller.items.add(suite);
  }

  /** Verdicts that were not given by a run of the explorer: those on disk, or of a certification. */
  function publish(certificate: CertificateEvent): void {
    const { file, hash, obligations, stale } = certificate;
    const suite = controller.items.get(file)!;
    const signature = JSON.stringify([hash, stale, obligations.map(({ verdict }) => verdict)]);
    if (published.get(file) === signature) return;
    published.set(file, signature);
    if (stale.length > 0) {
      controller.invalidateTestResults(suite);
      return;
    }
    if (obligations.every(({ verdict }) => verdict === 'unchecked')) return;
    const run = controller.createTestRun(new api.TestRunRequest([suite]), certificate.model, false);
    for (const obligation of obligations) {
      const item = suite.children.get(obligation.theorem);
      if (item !== undefined) report(run, item, certificate, obligation);
    }
    run.end();
  }

  function report(run: TestRun, item: TestItem, certificate: CertificateEvent, obligation: ShownObligation): void {
    const { verdict, reason } = obligation;
    switch (shownState(certificate, { verdict })) {
      case 'proved': {
        run.passed(item);
        return;
      }
      case 'refuted': {
        run.failed(item, failure(item, certificate, obligation));
        return;
      }
      case 'stuck': {
        run.errored(item, located(new api.TestMessage(reason), item));
        return;
      }
      case 'stale':
      case 'unchecked': {
        run.skipped(item);
        return;
      }
    }
  }

  function failure(item: TestItem, certificate: CertificateEvent, obligation: ShownObligation): TestMessage {
    const { reason, explanation, remedies, culprits, theorem } = obligation;
    const supported = remedies
      .flatMap(({ edits }) => edits.slice(0, 1))
      .map(({ path: key, value }) => `${key.join('.')}: ${value}`);
    const message = api.TestMessage.diff(
      reason,
      api.l10n.t('{0} holds, as claimed in {1}', theorem, certificate.config),
      [explanation, ...supported, ...culprits.map(({ file, line, detail }) => `${file}:${line}: ${detail}`)].join('\n'),
    );
    return located(message, item);
  }

  function located(message: TestMessage, item: TestItem): TestMessage {
    if (item.uri !== undefined && item.range !== undefined) message.location = new api.Location(item.uri, item.range);
    return message;
  }

  async function run(request: TestRunRequest, token: CancellationToken, place: CheckPlace): Promise<void> {
    const suites = new Map<TestItem, TestItem[]>();
    const wanted = request.include ?? [...controller.items].map(([, item]) => item);
    for (const item of wanted) {
      const suite = item.parent ?? item;
      const tests = item.parent === undefined ? [...item.children].map(([, child]) => child) : [item];
      suites.set(suite, [...(suites.get(suite) ?? []), ...tests]);
    }
    const testRun = controller.createTestRun(request);
    const excluded = new Set(request.exclude);
    for (const [suite, tests] of suites) {
      const chosen = tests.filter((test) => !excluded.has(test) && !excluded.has(suite));
      chosen.forEach((test) => testRun.enqueued(test));
      if (!token.isCancellationRequested) await check(testRun, suite, chosen, token, place);
    }
    testRun.end();
  }

  async function check(
    testRun: TestRun,
    suite: TestItem,
    tests: readonly TestItem[],
    token: CancellationToken,
    place: CheckPlace,
  ): Promise<void> {
    const found = store.certificate(suite.id);
    const fail = (reason: string): void =>
      tests.forEach((test) => testRun.errored(test, located(new api.TestMessage(reason), test)));
    if (!api.workspace.isTrusted) {
      fail(api.l10n.t('Nothing is run in a workspace that is not trusted.'));
      return;
    }
    if (found === undefined) {
      fail(api.l10n.t('The certificate is not there any more.'));
      return;
    }
    tests.forEach((test) => testRun.started(test));
    const started = performance.now();
    const outcome = await checkCertificate({
      cli: host.cli,
      file: suite.id,
      place,
      log,
      onLine: (line) => testRun.appendOutput(`${line}\r\n`),
      onCancel: (stop) => token.onCancellationRequested(stop),
    });
    const share = (performance.now() - started) / Math.max(1, tests.length);
    for (const test of tests) {
      const verdict = outcome.verdicts.get(test.id);
      const obligation = found.certificate.obligations.find(({ theorem }) => theorem === test.id);
      if (verdict === undefined || obligation === undefined) {
        if (token.isCancellationRequested) testRun.skipped(test);
        else testRun.errored(test, located(new api.TestMessage(outcome.trouble), test));
      } else if (verdict.verdict === 'proved') testRun.passed(test, share);
      else report(testRun, test, { ...found.certificate, stale: [] }, { ...obligation, ...verdict });
    }
    if (place === 'project') await store.refresh(found.project.folder);
  }

  async function follow(request: TestRunRequest, token: CancellationToken, place: CheckPlace): Promise<void> {
    await run(request, token, place);
    if (request.continuous !== true) return;
    const hashes = new Map([...listed()].map(([file, { certificate }]) => [file, certificate.hash]));
    const listening = store.changed.on(() => {
      for (const [file, { certificate }] of listed()) {
        const suite = controller.items.get(file);
        if (hashes.get(file) === certificate.hash || suite === undefined) continue;
        hashes.set(file, certificate.hash);
        const isWanted = request.include?.some((item) => (item.parent ?? item).id === file) ?? true;
        if (isWanted) void run(new api.TestRunRequest([suite]), token, place);
      }
    });
    token.onCancellationRequested(() => listening.dispose());
  }

  const { Run } = api.TestRunProfileKind;
  context.subscriptions.push(
    controller,
    controller.createRunProfile(
      api.l10n.t('Check with Lean'),
      Run,
      (request, token) => follow(request, token, 'project'),
      true,
      undefined,
      true,
    ),
    controller.createRunProfile(
      api.l10n.t('Check in a Fresh Checker'),
      Run,
      (request, token) => follow(request, token, 'fresh'),
      false,
      undefined,
      false,
    ),
    store.changed.on(() => {
      rebuild().catch((error: unknown) => log.error(`Obligations could not be listed: ${String(error)}`));
    }),
  );
  controller.refreshHandler = () => store.refresh();
}
