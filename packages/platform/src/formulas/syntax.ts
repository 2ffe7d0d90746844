import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { FORMULA_LIMITS, FormulaError, type FormulaProblemCode } from './formula.types.js';

export type { ASTNode } from '@marcbachmann/cel-js';

/* Only the grammar of CEL is used: types, numbers and empty values follow our own rules, see `index.ts`. */
const grammar = new Environment({
  limits: {
    maxAstNodes: FORMULA_LIMITS.nodes,
    maxDepth: FORMULA_LIMITS.depth,
    maxListElements: FORMULA_LIMITS.nodes,
    maxCallArguments: FORMULA_LIMITS.depth,
  },
});

/** Returns an error about a part of the formula. */
export function errorAt(
  { start, end }: { start: number; end: number },
  code: FormulaProblemCode,
  message: string,
  params?: Record<string, unknown>,
): FormulaError {
  return new FormulaError({ code, message, start, end, ...(params ? { params } : {}) });
}

/** Parses a formula. @throws FormulaError for one that is no CEL, or too long */
export function parseFormula(text: string): ASTNode {
  const all = { start: 0, end: text.length };
  if (text.length > FORMULA_LIMITS.length)
    throw errorAt(
      all,
      'formulaTooLong',
      `A formula can have at most ${FORMULA_LIMITS.length} characters. Split it into several fields.`,
      { max: FORMULA_LIMITS.length },
    );
  if (!text.trim()) throw errorAt(all, 'formulaSyntax', 'Enter a formula, such as amount * 0.1.');
  try {
    return grammar.parse(text).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const at = error.range ?? all;
    if (error.code === 'limit_exceeded')
      throw errorAt(
        at,
        'formulaTooComplex',
        `The formula has too many parts, or too many inside of each other. Split it into several fields.`,
      );
    throw errorAt(at, 'formulaSyntax', syntaxMessage(text, at.start));
  }
}

function syntaxMessage(text: string, at: number): string {
  const found = text.slice(at, at + 12).trim();
  return found
    ? `The formula can't be read at "${found}". Check operators, quotes and parentheses before it.`
    : 'The formula ends too early. Complete its last part, or close a parenthesis or quote.';
}
