/** The environment, or a file it names, holds something that Carrel can't start with. The message is one line, meant for people. */
export class ConfigError extends Error {
  /** The variable at fault. */
  readonly variable: string;

  private constructor(variable: string, message: string) {
    super(message);
    this.name = 'ConfigError';
    this.variable = variable;
  }

  /** `PORT: "80a" is not a port number. Example: PORT=8080`. Leave `value` out where it may be a secret. */
  static of(variable: string, problem: string, example: string, value?: string): ConfigError {
    const shown =
      value === undefined ? 'the value' : JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
    return new ConfigError(variable, `${variable}: ${shown} ${problem}. Example: ${variable}=${example}`);
  }

  /** A sentence of its own, for what is not about the value's form. */
  static because(variable: string, sentence: string): ConfigError {
    return new ConfigError(variable, `${variable}: ${sentence}`);
  }
}
