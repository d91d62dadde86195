/** VADER's lexicon: 7,500 words and smileys with the mean grade of ten people. The package's own rules are not used. */
import { lexicon as grades } from "vader-sentiment/src/vader_lexicon.js";
import type { Lexicon } from "../../core/scorers/sentiment.ts";

/** The package has an older lexicon. These are all the words that version 3.3.2 of the authors' program has otherwise. */
const NEWER = { heart: 3.2, hearts: 3.3, flawed: -2.1, badass: 1.4 };

export const lexicon: Lexicon = new Map(Object.entries({ ...grades, ...NEWER }));
