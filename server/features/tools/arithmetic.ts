/**
 * Works out an expression of numbers: + - * / % ^, brackets, `pi`, `e`, and the functions below. In: at most 1,000 letters.
 * Throws a sentence that says where it could not be read. A grammar of its own: nothing is ever run as code.
 *
 *   sum     = product (("+" | "-") product)*
 *   product = signed (("*" | "/" | "%") signed)*
 *   signed  = ("-" | "+") signed | power
 *   power   = value ("^" signed)?
 *   value   = number | name | name "(" sum ("," sum)* ")" | "(" sum ")"
 */
export function calculate(expression: string): number {
  if (expression.length > 1_000) throw new Error('The expression is longer than 1,000 letters.');
  const tokens = tokensOf(expression);
  let at = 0;
  let depth = 0;

  const take = (...wanted: string[]): string | undefined => {
    const token = tokens[at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    at += 1;
    return token;
  };
  const need = (wanted: string): void => {
    if (!take(wanted)) throw new Error(`“${wanted}” is missing ${where()}.`);
  };
  const where = (): string => (tokens[at] === undefined ? 'at the end' : `before “${tokens[at]}”`);

  function sum(): number {
    let value = product();
    for (let sign = take('+', '-'); sign; sign = take('+', '-'))
      value = sign === '+' ? value + product() : value - product();
    return value;
  }
  function product(): number {
    let value = signed();
    for (let sign = take('*', '/', '%'); sign; sign = take('*', '/', '%')) {
      const by = signed();
      if (by === 0 && sign !== '*') throw new Error('Nothing can be divided by zero.');
      value = sign === '*' ? value * by : sign === '/' ? value / by : value % by;
    }
    return value;
  }
  function signed(): number {
    if ((depth += 1) > 100) throw new Error('The expression is nested too deeply.');
    const sign = take('-', '+');
    const value = sign === '-' ? -signed() : sign === '+' ? signed() : power();
    depth -= 1;
    return value;
  }
  function power(): number {
    const value = operand();
    return take('^') ? value ** signed() : value;
  }
  function operand(): number {
    const token = tokens[at];
    at += 1;
    if (token === undefined) throw new Error('Something is missing at the end.');
    if (/^[\d.]/.test(token)) return Number(token);
    if (token === '(') {
      const value = sum();
      need(')');
      return value;
    }
    const known = constants.get(token);
    if (known !== undefined) return known;
    const work = functions.get(token);
    if (!work) throw new Error(`“${token}” is not known here.`);
    need('(');
    const values = [sum()];
    while (take(',')) values.push(sum());
    need(')');
    return work(...values);
  }

  const value = sum();
  if (at < tokens.length) throw new Error(`“${tokens[at]}” does not belong there.`);
  if (!Number.isFinite(value)) throw new Error('The result is no finite number.');
  return value;
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  const token = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|([a-z][a-z0-9]*)|(\*\*|[-+*/%^(),×÷−·]))/giy;
  const end = expression.trimEnd().length;
  while (token.lastIndex < end) {
    const from = token.lastIndex;
    const found = token.exec(expression);
    if (!found) throw new Error(`“${expression.slice(from).trim().slice(0, 10)}” cannot be read.`);
    const [, number, name, sign = ''] = found;
    tokens.push(number ?? name?.toLowerCase() ?? synonyms.get(sign) ?? sign);
  }
  return tokens;
}

const synonyms = new Map([
  ['**', '^'],
  ['×', '*'],
  ['·', '*'],
  ['÷', '/'],
  ['−', '-'],
]);
const constants = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);
const functions = new Map<string, (...values: number[]) => number>([
  ['abs', (x = NaN) => Math.abs(x)],
  ['sqrt', (x = NaN) => Math.sqrt(x)],
  ['cbrt', (x = NaN) => Math.cbrt(x)],
  ['exp', (x = NaN) => Math.exp(x)],
  ['ln', (x = NaN) => Math.log(x)],
  ['log', (x = NaN, base = 10) => (base === 10 ? Math.log10(x) : Math.log(x) / Math.log(base))],
  ['sin', (x = NaN) => Math.sin(x)],
  ['cos', (x = NaN) => Math.cos(x)],
  ['tan', (x = NaN) => Math.tan(x)],
  ['floor', (x = NaN) => Math.floor(x)],
  ['ceil', (x = NaN) => Math.ceil(x)],
  ['round', (x = NaN, digits = 0) => Math.round(x * 10 ** digits) / 10 ** digits],
  ['min', Math.min],
  ['max', Math.max],
]);
