import type * as english from "../notices.ts";

export const notices: typeof english.notices = {
  link: "Link",
  back: "Zurück zu meinen Einstellungen",
  close: "Hinweis schließen",
};

export const NOTICE_WORDS: typeof english.NOTICE_WORDS = {
  "link-copied":
    "Der Link ist kopiert. Regler, die während eines Laufs bewegt wurden, enthält er nicht, ein gespeicherter Lauf schon.",
  "link-shown": "Der Browser lässt diese Seite nicht kopieren. Den Link von hier kopieren:",
  "link-too-long": "Dieser Prompt ist zu lang für einen Link. Den Lauf stattdessen als Datei sichern.",
  "link-opened": "Diese Einstellungen kamen mit einem Link. Die eigenen sind erhalten, bis sich etwas ändert.",
  "link-broken": "Der Link ist nicht zu lesen:",
  "other-models":
    "Der Link entstand mit anderen Modellen als den hier geladenen. Die Texte können anders ausfallen als beim Absender.",
  "file-saved": "Gesichert als",
  "file-broken": "Diese Datei lässt sich nicht öffnen:",
  "text-copied": "Kopiert.",
  "copy-refused": "Der Browser lässt diese Seite nicht kopieren. Die Zahlen stattdessen als CSV sichern.",
  "code-missing": "Ein Teil der Seite ließ sich nicht laden. Die Verbindung prüfen, dann die Seite neu laden.",
  "picture-refused": "Der Browser lässt diese Seite keine Bilder kopieren. Das Bild stattdessen sichern.",
};
