/** A text cut to a length, with an ellipsis where something was cut off; control characters become spaces. */
export function boundedText(text: string, most = 200): string {
  // eslint-disable-next-line no-control-regex -- names come from data files and end on terminals and pages
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
  return plain.length <= most ? plain : `${plain.slice(0, most - 1)}…`;
}
