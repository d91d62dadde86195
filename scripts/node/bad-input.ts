/** Something the caller can mend; it ends a command with status 2 and one line. */
export class BadInput extends Error {}
