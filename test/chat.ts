import { createTestApp, type TestApp, type TestAppOptions } from './app.ts';
import { createFakeLlm, type FakeLlm } from './fake-llm/server.ts';

type Options = Omit<TestAppOptions, 'env'> & {
  /** Beside what makes the model server known; may be made of its address. */
  env?: Record<string, string> | ((llmUrl: string) => Record<string, string>);
  models?: NonNullable<Parameters<typeof createFakeLlm>[0]>['models'];
};

/** The whole application with a model server of the test's own, which answers unless another model is asked. Both end with `app.close`. */
export async function createTestChat({ env = {}, models, ...options }: Options = {}): Promise<{
  app: TestApp;
  llm: FakeLlm;
}> {
  const llm = await createFakeLlm(models && { models });
  const app = await createTestApp({
    ...options,
    env: {
      OPENAI_BASE_URL: `${llm.url}/v1`,
      OPENAI_API_KEY: 'sk-test',
      DEFAULT_AI_PROVIDER: 'openai',
      ...(typeof env === 'function' ? env(llm.url) : env),
    },
  });
  return {
    llm,
    app: {
      ...app,
      async close() {
        await app.close();
        await llm.close();
      },
    },
  };
}
