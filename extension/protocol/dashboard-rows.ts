/** The rows of observations that the dashboard is given. */

/** Observations of one certificate; what comes beyond is counted, not sent. */
export const MOST_ROWS = 250_000;
/** Rows of one message. */
export const ROWS_PER_MESSAGE = 10_000;

/** Bits of a row's flags: the structure failed; it belongs to the validation split. */
export const FAILED = 1;
export const VALIDATION = 2;
