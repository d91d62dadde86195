/** Answers the messages of the page around the frame, and tells it when the phase changes. */
import { readMessage, wantedOf, type EmbedAnswer, type EmbedMessage } from "./messages.ts";
import type { Embed, Refusal } from "./embed.svelte.ts";

/** A message as the browser gives it. */
export interface Heard {
  readonly data: unknown;
  /** Of the page that sent it; "null" where it has none. */
  readonly origin: string;
  /** Whether the page that shows this frame sent it. */
  readonly isFromParent: boolean;
}

/** @param allowed the one origin that is followed; null follows any page that shows the frame */
export function originTrouble({ origin, isFromParent }: Heard, allowed: string | null): Refusal {
  if (!isFromParent) return "only the page that shows this frame is heard";
  if (allowed !== null && origin !== allowed) return "the address of this frame names another origin than yours";
  return null;
}

/** @returns what is answered; null where the message is none of Tiller's */
export async function answerTo(embed: Embed, heard: Heard, allowed: string | null): Promise<EmbedAnswer | null> {
  const reading = readMessage(heard.data);
  if (reading.type === "foreign") return null;
  if (reading.type === "refused") return refusal(reading.id, originTrouble(heard, allowed) ?? reading.why);
  const id = reading.message.id ?? null;
  const why = originTrouble(heard, allowed) ?? (await follow(embed, reading.message));
  return why === null ? stateNews(embed, id) : refusal(id, why);
}

/** @param id of the question, null for news */
export function stateNews(embed: Embed, id: string | null = null): EmbedAnswer {
  return { tiller: 1, type: "state", id, state: embed.state };
}

async function follow(embed: Embed, message: EmbedMessage): Promise<Refusal> {
  switch (message.type) {
    case "state":
      return null;
    case "load": {
      const wanted = wantedOf(message);
      return wanted === null ? "nothing is named" : embed.load(wanted);
    }
    case "run":
      return message.how === "live" ? runLive(embed) : playAgain(embed);
    default:
      return message satisfies never;
  }
}

/** Answers as soon as the run is on its way; the news tells the rest. */
function runLive(embed: Embed): Refusal {
  const why = embed.runObstacle;
  if (why === null) void embed.runLive();
  return why;
}

function playAgain(embed: Embed): Refusal {
  const why = embed.playObstacle;
  if (why === null) void embed.play();
  return why;
}

function refusal(id: string | null, why: string): EmbedAnswer {
  return { tiller: 1, type: "refused", id, why };
}
