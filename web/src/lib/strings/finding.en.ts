/** How what was found is put in order, for admins. */
export const finding = {
  orderTitle: 'Order by a model',
  orderText:
    'A model can read the best passages together with the question and put them in order. Each question then waits for it, and these passages are sent to its server. If it fails or takes too long, they stay as they were found.',
  by: 'Who puts them in order',
  ways: { off: 'Nobody', reranker: 'A rerank model', chat: 'A chat model' },
  byHint: 'A rerank model is made for this and quick: Cohere, Jina, vLLM, llama.cpp, text-embeddings-inference.',
  model: 'Model',
  modelHint: 'As provider/model. Rerank models are often not in a provider’s list: type its name.',
  timeout: 'Seconds to wait',
  timeoutHint: 'From 1 to 30.',
  check: 'Try it',
  checkGood: (model: string, ms: string) => `${model} answered in ${ms} ms and found the right one of two sentences.`,
  checkOdd: (model: string, ms: string) =>
    `${model} answered in ${ms} ms, but put the wrong one of two sentences first. It may not be made for this.`,
  wholeTitle: 'Whole files',
  wholeText:
    'Files that a question is about go before the model as a whole where they fit, and nothing has to be searched. Every question about them pays for all of it.',
  whole: 'Tokens at most',
  wholeHint: '0: always search. Never more than half of what the model’s window leaves.',
};
