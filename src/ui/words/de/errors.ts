import type * as english from "../errors.ts";

export const WAY_OUT_LABELS: typeof english.WAY_OUT_LABELS = {
  "run-again": "Neu starten",
  "load-again": "Neu laden",
  "use-wasm": "Den Prozessor nehmen",
  shorten: "Die Antwort kürzen",
};

export const ERROR_COPY: typeof english.ERROR_COPY = {
  "invalid-request": {
    title: "Diese Einstellungen passen nicht zusammen.",
    advice: "Die Zeile darunter nennt die Einstellung und ihre Grenzen, auf Englisch. Ändern und neu starten.",
  },
  "unknown-objective": {
    title: "Kein geladenes Modell belohnt dieses Ziel.",
    advice: "Seinen Regler auf 0 stellen, oder zwischen Geschichte und Rat wechseln.",
  },
  "context-overflow": {
    title: "Prompt und Antwort zusammen sind zu lang.",
    advice: "Den Prompt kürzen, oder weniger Tokens verlangen.",
  },
  "vocab-mismatch": {
    title: "Zwei Modelle haben verschiedene Tokens, also lassen sich ihre Zahlen nicht addieren.",
    advice:
      "Modelle einer Familie nehmen, zum Beispiel ein Instruct-Modell und sein Basismodell. Die eigenen Modelle der Seite passen zusammen.",
  },
  "non-finite-logits": {
    title: "Das Modell gab Werte zurück, die keine Zahlen sind.",
    advice: "Vielleicht rechnet die Grafikkarte falsch. Den Prozessor nehmen.",
  },
  "model-missing": {
    title: "Eine Modelldatei fehlt.",
    advice: "Die Zeile darunter nennt sie. Die Kennung oder den Ordner prüfen, dann neu laden.",
  },
  "model-corrupt": {
    title: "Eine Modelldatei ist beschädigt.",
    advice:
      "Es ist nicht die Datei, die ihr Herausgeber angibt, also wurde sie nicht benutzt. Neu laden holt eine neue Kopie.",
  },
  "model-unsupported": {
    title: "Tiller kann diese Art von Modell nicht ausführen.",
    advice: "Seine Dateien sind nicht beschädigt. Die Zeile darunter sagt, was fehlt und was stattdessen geht.",
  },
  "self-check-failed": {
    title: "Dieses Gerät rechnet falsch.",
    advice:
      "Zu Beginn werden die Modelle mit bekannten Zahlen getestet, und die Ergebnisse weichen ab. Den Prozessor nehmen.",
  },
  "webgpu-unavailable": {
    title: "Die Grafikkarte lässt sich hier nicht benutzen.",
    advice: "Den Prozessor nehmen. Alles geht, nur langsamer.",
  },
  "device-lost": {
    title: "Die Grafikkarte hat während des Laufs aufgehört.",
    advice: "Der Text ist erhalten. Neu starten, oder den Prozessor nehmen.",
  },
  "out-of-memory": {
    title: "Dem Gerät ist der Speicher ausgegangen.",
    advice:
      "Der Text ist erhalten. Weniger Proben oder Spuren, eine kürzere Länge oder kleinere Modelle nehmen, dann neu starten.",
  },
  network: {
    title: "Die Modelle ließen sich nicht herunterladen.",
    advice: "Das Netz oder der Server hat nicht geantwortet. Angekommene Dateien sind erhalten. Neu laden.",
  },
  aborted: {
    title: "Der Lauf wurde beendet.",
    advice: "Der Text ist erhalten. Ein neuer Start beginnt mit demselben Seed.",
  },
  "worker-crashed": {
    title: "Der Teil der Seite, der die Modelle ausführt, hat aufgehört.",
    advice: "Der Text ist erhalten. Neu starten bringt ihn zurück.",
  },
  internal: {
    title: "Tiller hat einen Fehler.",
    advice: "Der Text ist erhalten. Neu starten. Scheitert es wieder, bitte die Zeile darunter melden.",
  },
};
