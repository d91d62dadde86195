import type * as english from "../glossary.ts";

export const GLOSSARY: typeof english.GLOSSARY = {
  lane: {
    title: "Spur",
    text: "Eine Spalte der Seite. Jede Spur schreibt mit ihrer eigenen Strategie eine Antwort auf denselben Prompt.",
  },
  token: {
    title: "Token",
    text: "Die Einheit, die ein Modell liest und schreibt: ein Wort oder ein Stück davon. Text entsteht Token für Token.",
  },
  policy: {
    title: "Policy",
    text: "Das Sprachmodell, das den Text schreibt. Solange keine Belohnung es steuert, heißt es auch Basismodell oder Referenz.",
  },
  candidate: {
    title: "Kandidat",
    text: "Ein Token, das als nächstes kommen könnte. Die Ansicht eines Tokens nennt seine wahrscheinlichsten Kandidaten.",
  },
  objectives: {
    title: "Ziele",
    text: "Jeder Regler ist das Gewicht einer Belohnung. Nach rechts zieht er den Text zur Belohnung hin, nach links von ihr weg. Bei 0 wirkt die Belohnung nicht und kostet nichts.",
    formula: "r(x, y) = Σ wᵢ rᵢ(x, y)",
  },
  sources: {
    title: "Belohnungen ohne Training",
    text: "Belohnungen aus anderen Modellen oder aus Regeln. Für sie wurde kein Modell trainiert, also ist b = 1. Ihre Einheiten sind verschieden. Ein Gewicht von 1 bedeutet hier also nicht dasselbe wie bei einem Ziel.",
    formula: "log π = log π_ref + (w/β) r − log Z",
  },
  credit: {
    title: "Verdienst",
    text: "Wie viel wahrscheinlicher dieses Token unter dem besseren Prompt ist als unter dem schlechteren, von −½ bis ½. Bei 0 ist es unter beiden gleich wahrscheinlich.",
    formula: "sigmoid(log π(v | better) − log π(v | worse)) − ½",
  },
  combine: {
    title: "Verbinden",
    text: "Wie aus mehreren Belohnungen eine Wertung wird. In der gewichteten Summe kann eine gute Belohnung eine schlechte ausgleichen. In den anderen Arten nicht, jede auf ihre Weise. Eine Spur kann ihre eigene Art haben.",
    formula: "sum Σ wᵢ rᵢ · worst min wᵢ rᵢ · goals w ← max(0, w + η(θ − r))",
  },
  persona: {
    title: "Persona",
    text: "Gewichte unter einem Namen. Einige kommen mit der Seite, und eigene lassen sich behalten.",
  },
  gate: {
    title: "Beschriftete Prompts",
    text: "Jeder beschriftete Prompt hat eine Persona. Je ähnlicher der eigene Prompt einem von ihnen ist, desto größer ist der Anteil seiner Persona an den Gewichten. Ein Regler, der von Hand bewegt wurde, bleibt, wo er ist.",
    formula: "w = Σ softmax(sim(prompt, promptⱼ) / T) wⱼ",
  },
  strength: {
    title: "Stärke 1/β",
    text: "Wie weit die Belohnungen den Text vom Basismodell wegbewegen dürfen. Bei 0 ist es der Text des Basismodells. β ist der Preis für ein nat KL. Spuren mit demselben β haben dasselbe Ziel.",
    formula: "π*(y|x) = π_ref(y|x) exp(r(x, y) / β) / Z(x)",
  },
  kl: {
    title: "KL-Divergenz",
    text: "Was das Steuern gekostet hat: wie weit die Verteilung einer Spur vom ungesteuerten Ziehen mit derselben Temperatur und demselben Abschneiden entfernt ist, summiert über ihre Tokens, in nat. Ungesteuertes Ziehen hat 0, und mehr heißt stärker gesteuert. Daneben steht die KL zum Basismodell bei Temperatur 1, ohne Abschneiden. Mit Top-k, Top-p oder Min-p kann eine Spur Tokens behalten, die das ungesteuerte Ziehen weglässt. Dann ist die erste KL unendlich, und die zweite steht allein. Für Best-of-N ist der genaue Wert unbekannt, also stehen dort eine obere Schranke (≤) und eine Schätzung.",
    formula: "KL = Σ π(v) log(π(v) / π_plain(v))",
  },
  truth: {
    title: "Wahrheit",
    text: "Was die Definition des Ziels am fertigen Text misst, in Standardabweichungen ungesteuerter Texte. Mehr ist besser. Sie steuert nichts, außer in einer Spur, die Orakel heißt.",
  },
  reward: {
    title: "Belohnung des Gutachters",
    text: "Die Wertung des fertigen Textes durch den Gutachter, ein trainiertes Belohnungsmodell. Mehr ist besser. Derselbe Gutachter bewertet alle Spuren. Er hat die Wahrheit aus Beispielen gelernt und kann sich irren.",
  },
  value: {
    title: "Value",
    text: "Welche Wertung des fertigen Textes das Value-Modell erwartet, wenn dieser Kandidat als nächstes kommt. Mehr ist besser.",
  },
  perplexity: {
    title: "Perplexität",
    text: "Wie überraschend der Text für das Basismodell ist, als Zahl gleich wahrscheinlicher Möglichkeiten pro Token. Text des Basismodells selbst hat einen kleinen Wert.",
    formula: "exp(−(1/T) Σ log π_ref(yₜ))",
  },
  distinct: {
    title: "Distinct 1 und 2",
    text: "Der Anteil der einzelnen Tokens, und der Paare von Tokens, die voneinander verschieden sind. 1 heißt: keine Wiederholung. Zu viel Belohnung lässt einen Text oft sich wiederholen, und dann sinkt dieser Anteil.",
  },
  forwards: {
    title: "Durchgänge pro Token",
    text: "Wie viele Zeilen alle Modelle zusammen für jedes Token des Textes berechnet haben. Das misst den Preis einer Strategie und hängt nicht vom Gerät ab.",
  },
  speed: {
    title: "Tokens pro Sekunde",
    text: "Tokens des gezeigten Textes pro Sekunde Arbeit der Spur. Spuren laufen gemeinsam, also wäre jede allein schneller.",
  },
  spearman: {
    title: "Spearmans Korrelation",
    text: "Wie gut eine Ordnung mit einer anderen übereinstimmt: 1 ist dieselbe, −1 die umgekehrte, 0 keine. Sie schaut nur auf Ränge, wie Best-of-N. Nahe −1 zur Länge ordnet eine Belohnung nach Kürze.",
  },
  push: {
    title: "Schub",
    text: "Wie sehr die Belohnungen die Log-Wahrscheinlichkeit dieses Tokens gehoben (+) oder gesenkt (−) haben, in nat, verglichen mit ihrem Mittel unter dem Basismodell. Bei Temperatur 1 gilt: Basis + Schübe − log Z′ = gesteuert.",
    formula: "(wᵢ bᵢ / β)(log πᵢ(v) − E[log πᵢ])",
  },
  logz: {
    title: "log Z′",
    text: "Nach den Schüben ergeben die Wahrscheinlichkeiten zusammen nicht mehr 1. Bei jedem Token log Z′ abzuziehen behebt das. Es ist für alle Tokens eines Schritts gleich.",
    formula: "log Z′ = log Σ π_ref(v) exp(pushes(v))",
  },
  probability: {
    title: "Wahrscheinlichkeit",
    text: "Die Wahrscheinlichkeit dieses Tokens in der Verteilung, aus der es gezogen wurde. Unwahrscheinliche Tokens sind dunkler.",
  },
  entropy: {
    title: "Entropie",
    text: "Wie unentschieden das Modell bei diesem Token war, in nat. 0 heißt: Nur ein Token war möglich. Bei einem hohen Wert kann die Steuerung das Token mit wenig Aufwand ändern.",
    formula: "H = −Σ π(v) log π(v)",
  },
  flip: {
    title: "Wechsel",
    text: "Ein Token, das die Steuerung geändert hat. Mit demselben Seed hätte das ungesteuerte Ziehen hier ein anderes gezogen. Wechsel sind unterstrichen.",
  },
  genarm: {
    title: "GenARM und ARMs",
    text: "Ein autoregressives Belohnungsmodell (ARM) ist ein kleines Sprachmodell. Es wurde so trainiert, dass seine Log-Wahrscheinlichkeiten eine Belohnung für jedes nächste Token sind. GenARM addiert sie bei jedem Token zu denen des Basismodells.",
    formula: "log π = log π_ref + Σ (wᵢ bᵢ / β) log πᵢ − log Z",
  },
  vas: {
    title: "Value-gestütztes Ziehen (VAS)",
    text: "Ein Value-Modell sagt für jedes der k wahrscheinlichsten nächsten Tokens die Wertung am Ende voraus. VAS zieht das Mittel dieser Werte ab und addiert den Rest zu den Log-Wahrscheinlichkeiten des Basismodells.",
    formula: "log π = log π_ref + (1/β)(V(s·a) − mean V) − log Z",
  },
  blockwise: {
    title: "Blockweises Best-of-K",
    text: "Von einem Block werden K Fortsetzungen nebeneinander geschrieben. Ein Block ist ein Satz oder eine Zahl von Tokens. Die Fortsetzung mit der höchsten Wertung geht weiter, und dort beginnt der nächste Block. Jede Wertung eines Textes bis hierher taugt: Eine Belohnung für jedes Token braucht es nicht.",
    formula: "KL ≤ blocks · (log K − (K − 1)/K)",
  },
  bon: {
    title: "Best-of-N",
    text: "Das Basismodell schreibt N Texte, und die Spur zeigt den, dem der Gutachter die höchste Wertung gibt. Das kostet N-mal so viel wie ein Text. Weiches Best-of-N zieht einen von ihnen, mit einer Wahrscheinlichkeit im Verhältnis zu exp(r/β).",
    formula: "y = argmax r(x, yⱼ)",
  },
  reweigh: {
    title: "Umgewichten",
    text: "Was andere Gewichte an den Tokens dieses Textes geändert hätten, berechnet aus gesicherten Wertungen. Kein Modell läuft. Nach dem ersten Token, das sich ändern würde, beschreiben die Zahlen noch den alten Text. „Ab hier weiter“ schreibt den neuen.",
    formula: "log π′ = log π_ref + Σ (w′ᵢ bᵢ / β′) log πᵢ − log Z′",
  },
  temperature: {
    title: "Temperatur",
    text: "Unter 1 werden wahrscheinliche Tokens wahrscheinlicher, über 1 die unwahrscheinlichen. 0 nimmt immer das wahrscheinlichste. Sie wirkt nach der Steuerung, und auch auf das ungesteuerte Ziehen.",
  },
  plausible: {
    title: "Plausible Tokens",
    text: "Bevor eine Belohnung wirkt, scheiden Tokens aus, deren Wahrscheinlichkeit unter dem Basismodell kleiner ist als dieser Anteil der des wahrscheinlichsten. Eine starke Belohnung kann dann kein Token wählen, das hier keinen Sinn ergibt. 0 behält alle. Das gilt auch für das ungesteuerte Ziehen.",
    formula: "π_ref(v) ≥ a · max π_ref",
  },
  truncation: {
    title: "Abschneiden",
    text: "Entfernt unwahrscheinliche Tokens, bevor eines gezogen wird. Top-k behält die k wahrscheinlichsten. Top-p behält die wenigsten, die zusammen den Anteil p haben. Min-p behält die mit mindestens dem p-fachen der Wahrscheinlichkeit des wahrscheinlichsten. Es wirkt nach der Temperatur.",
  },
  n: {
    title: "N",
    text: "Wie viele Texte Best-of-N zieht. Das doppelte N kostet doppelt so viel, und jeder weitere Text bringt weniger.",
  },
  k: {
    title: "k",
    text: "Wie viele Kandidaten das Value-Modell bei jedem Token bewertet. Die anderen Tokens ändert es nicht.",
  },
  seed: {
    title: "Seed",
    text: "Die Zahl, aus der alle Zufallswahlen kommen. Alle Spuren teilen ihn, also unterscheiden sie sich nur dort, wo die Steuerung ein Token geändert hat. Das Schloss behält den Seed für den nächsten Lauf. Der Würfel zieht einen neuen.",
  },
  length: {
    title: "Länge",
    text: "Wie viele Tokens ein Lauf höchstens schreibt. Ein Text kann früher enden.",
  },
  ensemble: {
    title: "Mehrere Gutachter",
    text: "Mit mehreren Gutachtern kann Best-of-N nach ihrem Mittel ordnen, nach der niedrigsten ihrer Wertungen, nach dem Mittel minus ihrer Uneinigkeit oder nach einer Mischung von Mittel und niedrigster. Der sorgfältige Gutachter ist ein einzelnes Modell, also stimmen diese dort überein. Bei den fünf fehlbaren nicht.",
  },
  caps: {
    title: "Obergrenzen",
    text: "Ein Gutachter kann sehr hohe Belohnungen nicht unterscheiden. Wer nach ihnen wählt, kann die Wahrheit senken. Eine Obergrenze begrenzt, wie viel von einem Ziel beim Ordnen zählt. Belohnung darüber bringt nichts.",
    formula: "score = Σ wᵢ min(rᵢ, capᵢ)",
  },
  hypervolume: {
    title: "Front und Hypervolumen",
    text: "Eine Einstellung liegt auf der Front, wenn keine andere ihrer Strategie bei beiden Zielen mindestens so gut und bei einem besser ist. Das Hypervolumen ist die Fläche zwischen der Front und einem Bezugspunkt. Mehr ist besser. Es lässt sich nur innerhalb einer Karte vergleichen.",
  },
  positionBias: {
    title: "Platzneigung",
    text: "Wie sehr der Platz eines Textes einen Gutachter bewegt, der gefragt wird, welcher von zweien besser ist: von −½ (immer der zweite Platz) bis ½ (immer der erste). Das Mittel über beide Reihenfolgen nimmt sie heraus. Eine Stimme ist eine Fassung der Frage, in beiden Reihenfolgen.",
    formula: "bias = (P₁(A) + P₂(A)) / 2 − ½",
  },
  equalKl: {
    title: "Belohnung bei gleicher KL",
    text: "Was zwei Arten zu schreiben dort einbringen, wo beide gleich weit vom ungesteuerten Ziehen entfernt sind. Es wird von den Kurven einer Messreihe abgelesen, nur dort, wo beide bei dieser KL oder zu beiden Seiten von ihr gesehen wurden.",
  },
};
