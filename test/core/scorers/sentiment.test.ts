import { describe, expect, it } from "vitest";
import { sentiment } from "../../../src/core/scorers/sentiment.ts";
import { lexicon } from "../../../src/engine/scorers/lexicon.ts";
import { fc } from "../../properties.ts";

describe("sentiment", () => {
  // The compound score of the authors' program, version 3.3.2 (PyPI vaderSentiment).
  it.each<[string, number]>([
    ["VADER is smart, handsome, and funny.", 0.8316],
    ["VADER is smart, handsome, and funny!", 0.8439],
    ["VADER is very smart, handsome, and funny.", 0.8545],
    ["VADER is VERY SMART, handsome, and FUNNY.", 0.9227],
    ["VADER is VERY SMART, handsome, and FUNNY!!!", 0.9342],
    ["VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!!", 0.9469],
    ["VADER is not smart, handsome, nor funny.", -0.7424],
    ["The book was good.", 0.4404],
    ["At least it isn't a horrible book.", 0.431],
    ["The book was only kind of good.", 0.3832],
    ["The plot was good, but the characters are uncompelling and the dialog is not great.", -0.7042],
    ["Today SUX!", -0.5461],
    ["Today only kinda sux! But I'll get by, lol", 0.5249],
    ["Make sure you :) or :D today!", 0.8633],
    ["Not bad at all", 0.431],
    ["It was without doubt the worst", -0.457],
    ["This is without doubt good", 0.6136],
    ["She is no good", -0.3412],
    ["no problem, great", -0.2584],
    ["No problem, or so he said: no fun or joy here", -0.5027],
    ["What a lovely day?? Really??", 0.6966],
    ["What a lovely day?? Really????", 0.6966],
    ["GREAT THINGS ALL AROUND", 0.6249],
    ["I have never been so happy", 0.6948],
    ["The tower was never this ugly before", -0.6802],
    ["This is the least useful tool", -0.3412],
    ["It is at least useful", 0.4404],
    ["The bus stop was the bomb", -0.6597],
    ["Yeah right, he is a real friend", 0.6597],
    ["A meal to die for", -0.5994],
    ["Her beating heart was full of love", 0.7506],
    ["He barely likes the terrible weather", -0.0847],
    ["The heroes rarely fail, yet they suffer", 0.3919],
    ["It was sort of nice and the end was just enough fun", 0.672],
    ["He is the kind of person who helps", 0.3818],
    ["I love it, but I hate it", -0.5346],
    ["Perfect perfect perfect", 0.9022],
    ["The chair stands by the window", 0.0],
    ["I didn't enjoy the food, which wasn't fresh", -0.5559],
    ["Extremely bad service, utterly awful", -0.7956],
    ["good!!!!!!!", 0.6209],
  ])("of “%s” is that of the authors' program", (text, compound) => {
    expect(sentiment(text, lexicon)).toBeCloseTo(compound, 4);
  });

  it("is 0 for a text without graded words, and reads typographic apostrophes", () => {
    expect([sentiment("", lexicon), sentiment("   ", lexicon), sentiment("The chair.", lexicon)]).toEqual([0, 0, 0]);
    expect(sentiment("It isn’t good", lexicon)).toBe(sentiment("It isn't good", lexicon));
    expect(sentiment("It isn’t good", lexicon)).toBeLessThan(0);
  });

  it("stays between -1 and 1, and turns round with every grade", () => {
    const opposite = new Map([...lexicon].map(([word, grade]) => [word, -grade] as const));
    const word = fc.constantFrom(
      "good",
      "BAD",
      "very",
      "not",
      "awful!",
      "love",
      "the",
      "kinda",
      "but",
      "great,",
      "never",
      "so",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const text = words.join(" ");
        const compound = sentiment(text, lexicon);
        expect(Math.abs(compound)).toBeLessThanOrEqual(1);
        expect(sentiment(text, opposite) + compound).toBeCloseTo(0, 10);
      }),
    );
  });
});
