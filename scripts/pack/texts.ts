/** The two texts of a pack that are not the page's: the start page, and what the teacher reads. */

/** Folder of the built page in a pack. */
export const PAGE_FOLDER = "tiller";

/**
 * Goes on to the class link. Opened as a file, it stays and says that a server is needed.
 * @param address from `?` on, of the letters of a class link
 */
export function startPage(address: string): string {
  const target = `${PAGE_FOLDER}/${address}`.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Tiller for a class</title>
    <script>
      addEventListener("DOMContentLoaded", () => {
        const { href } = document.getElementById("class");
        if (location.protocol !== "file:") location.replace(href);
      });
    </script>
  </head>
  <body style="max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1.1rem/1.5 sans-serif">
    <h1>Tiller for a class</h1>
    <p><a id="class" href="${target}">Open the page of the class</a></p>
    <p><a href="${PAGE_FOLDER}/check.html">Check what this laptop can do</a></p>
    <p>
      If this page was opened as a file, the links do not work. The folder needs a server: run
      <code>node serve.mjs</code> or <code>python3 serve.py</code> in it. README.txt says more.
    </p>
  </body>
</html>
`;
}

/** @param models names of the models that the pack carries @param opens what the class sees first, in words */
export function readme(opens: string, models: readonly string[]): string {
  const carried =
    models.length === 0
      ? "The chat model is not in this folder. The recordings of the chat lessons play without it, and the models\nof the laboratory are here."
      : `The folder carries the chat model (${models.join(", ")}) and the models of the laboratory.`;
  return `TILLER FOR A CLASS

This folder opens ${opens}. It needs no internet.
${carried}

START
1. Copy the folder to one laptop (the server), or start it from the USB stick.
2. Open a terminal in the folder and start one of these. Both do the same:
       node serve.mjs
       python3 serve.py
   If neither Node nor Python is there, any program that serves a folder will do.
3. It prints addresses. Write the one below "For the board" on the board, such as http://192.168.1.20:8000/
   All laptops must be in the same network. If the address does not open, the firewall of the server laptop
   keeps others out: allow Node or Python in it. Some guest networks keep laptops apart. Then use a phone's hotspot.
4. Let each laptop open ${PAGE_FOLDER}/check.html below that address first. It shows a code such as A3 in ten seconds.

WHAT WORKS AT AN ADDRESS OF HTTP:// IN THE NETWORK
- The lessons, the recordings, the laboratory on one processor thread, links, files and hand-in.
- Browsers allow these only over https:// or at http://localhost: several threads, the graphics card (WebGPU),
  the clipboard button, and use after the server is gone. So keep the server running during the class.

TO HAVE THE REST
- One laptop alone: start the server on it and open http://localhost:8000/
- Each laptop for itself: copy the folder to each, and start the server on each.
- Or put the folder on a web server with https://. After one visit a laptop then needs no server any more.

WHEN SOMETHING GOES WRONG
- "Address already in use": start it with another port, such as node serve.mjs 8123, and write that on the board.
- An empty page: the address lacks the slash at its end, or the folder was not copied whole.
- A laptop is slow: let it play the recordings. They show the same.
`;
}
