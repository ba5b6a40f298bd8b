import type { finding as en } from './finding.en.ts';

export const finding: typeof en = {
  orderTitle: 'Reihenfolge durch ein Modell',
  orderText:
    'Ein Modell kann die besten Stellen zusammen mit der Frage lesen und ordnen. Jede Frage wartet dann darauf, und diese Stellen werden an seinen Server geschickt. Scheitert es oder dauert es zu lange, bleiben sie, wie sie gefunden wurden.',
  by: 'Wer sie ordnet',
  ways: { off: 'Niemand', reranker: 'Ein Rerank-Modell', chat: 'Ein Chat-Modell' },
  byHint: 'Ein Rerank-Modell ist dafür gemacht und schnell: Cohere, Jina, vLLM, llama.cpp, text-embeddings-inference.',
  model: 'Modell',
  modelHint:
    'Als Anbieter/Modell. Rerank-Modelle stehen oft nicht in der Liste eines Anbieters: Geben Sie den Namen ein.',
  timeout: 'Sekunden Wartezeit',
  timeoutHint: 'Von 1 bis 30.',
  check: 'Ausprobieren',
  checkGood: (model, ms) => `${model} hat in ${ms} ms geantwortet und von zwei Sätzen den richtigen gefunden.`,
  checkOdd: (model, ms) =>
    `${model} hat in ${ms} ms geantwortet, aber von zwei Sätzen den falschen vorgezogen. Vielleicht ist es nicht dafür gemacht.`,
  wholeTitle: 'Ganze Dateien',
  wholeText:
    'Dateien, um die es in einer Frage geht, bekommt das Modell im Ganzen, wo sie hineinpassen; gesucht werden muss dann nichts. Jede Frage zu ihnen bezahlt für alles.',
  whole: 'Höchstens so viele Tokens',
  wholeHint: '0: immer suchen. Nie mehr als die Hälfte dessen, was das Fenster des Modells frei lässt.',
};
