/** The frame's side of the messages: hears the page around it, answers, and tells it when the phase changes. */
import { untrack } from "svelte";
import { answerTo, stateNews } from "../../state/embed/conversation.ts";
import type { Embed } from "../../state/embed/embed.svelte.ts";
import type { EmbedAnswer } from "../../state/embed/messages.ts";

/** A page from the disk or in a sandbox has no origin that an answer could name. */
const NO_ORIGIN = "null";
const ANYONE = "*";

/** @param allowed the one origin that is followed and told; null for any page that shows this frame */
export function talkWithParent(embed: Embed, allowed: string | null): void {
  // A page that nobody frames has nobody to talk to.
  if (parent === window) return;
  addEventListener("message", (event) => void hear(embed, event, allowed));
  $effect.root(() => {
    const news = $derived(`${embed.phase} ${embed.run.source} ${embed.error ?? ""}`);
    $effect(() => {
      if (news !== "")
        parent.postMessage(
          untrack(() => stateNews(embed)),
          allowed ?? ANYONE,
        );
    });
  });
}

async function hear(embed: Embed, { data, origin, source }: MessageEvent<unknown>, allowed: string | null) {
  const answer = await answerTo(embed, { data, origin, isFromParent: source === parent }, allowed);
  if (answer !== null && source !== null) reply(source, answer, origin);
}

function reply(to: MessageEventSource, answer: EmbedAnswer, origin: string): void {
  to.postMessage(answer, { targetOrigin: origin === NO_ORIGIN ? ANYONE : origin });
}
