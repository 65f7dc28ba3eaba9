/**
 * A scaled integer as a decimal in the original unit: `decimalText(1234, 1000)` is "1.234". As many decimals as the
 * scale has digits, without trailing zeros.
 */
export function decimalText(scaled: number, scale: number): string {
  const places = Math.max(0, Math.ceil(Math.log10(scale)));
  return (scaled / scale)
    .toFixed(places)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}
