/** Longest certificate that is shown, in characters; larger ones are for the command line. */
export const LONGEST_CERTIFICATE = 128_000_000;
