/**
 * Tables whose keys come from outside: the words of a vocabulary, the names of models. A schema's own `record` drops the
 * keys `__proto__`, `prototype` and `constructor`, and a vocabulary has them as words (GPT-2, Llama 3).
 */
import * as v from "valibot";

/** An object whose every value is a number, taken as it is: no key is lost. */
export const numberTable = v.custom<Readonly<Record<string, number>>>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === "number"),
  "a table must have a number for each key",
);
