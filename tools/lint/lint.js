/**
 * Words that comments and messages of this tree do not use, and what stands there instead: one
 * pattern for errors (`<function>: expected <what>, got <what>; <what to do>`), one for defaults
 * (`Default: 0.07.`), one for parameters (`@param name - what it is`), and plain verbs.
 */
const words = [
  { pattern: /\bunless given\b/i, instead: '"Default: <value>."' },
  {
    pattern: /\bmust (not )?be\b/i,
    instead: '"<function>: expected <what>, got <what>"',
    in: 'text',
  },
  { pattern: /@param [\w.]+ (?!- )\S/, instead: '"@param name - what it is"', in: 'comment' },
  { pattern: /\b(gone|going|goes|go) on with\b/i, instead: '"resumed", "continues"' },
  { pattern: /\btold apart\b/i, instead: '"distinguished"' },
  { pattern: /\btaken for\b/i, instead: '"treated as", "predicted as"' },
  { pattern: /\bforetells?\b/i, instead: '"predicts"' },
  { pattern: /\banew\b/i, instead: '"again"' },
  { pattern: /\band its like\b|\bits like\b|\band the like\b/i, instead: '"and similar"' },
  { pattern: /\bsummands?\b/i, instead: '"term"' },
];

/** @type {import('eslint').ESLint.Plugin} */
export const halpLint = {
  rules: {
    words: {
      meta: { type: 'suggestion', schema: [] },
      create(context) {
        const check = (place, text, node) => {
          for (const word of words) {
            if (word.in !== undefined && word.in !== place) continue;
            const found = word.pattern.exec(text);
            if (found === null) continue;
            context.report({ node, message: `"${found[0].trim()}": write ${word.instead}` });
          }
        };
        return {
          Program() {
            for (const comment of context.sourceCode.getAllComments()) {
              check('comment', comment.value.replaceAll(/\s*\n\s*\*?\s*/g, ' '), comment);
            }
          },
          Literal(node) {
            if (typeof node.value === 'string') check('text', node.value, node);
          },
          TemplateElement(node) {
            check('text', node.value.raw, node);
          },
        };
      },
    },
    // Messages of libraries name the options of functions; `halp` writes them as its flags.
    flags: {
      meta: { type: 'suggestion', schema: [] },
      create(context) {
        const check = (text, node) => {
          // Not the custom properties of a style sheet, `--page: #fff`.
          const found = /\w\W* (--[a-z][a-z-]+)(?![-:a-z])/.exec(text);
          if (found === null) return;
          context.report({ node, message: `"${found[1]}": write "option NAME" of the function` });
        };
        return {
          Literal(node) {
            if (typeof node.value === 'string') check(node.value, node);
          },
          TemplateElement(node) {
            check(node.value.raw, node);
          },
        };
      },
    },
    // `...(x === undefined ? {} : { x })`: an option that may be undefined is typed `x?: T | undefined`.
    'optional-spread': {
      meta: { type: 'suggestion', schema: [] },
      create(context) {
        const isEmpty = (node) => node.type === 'ObjectExpression' && node.properties.length === 0;
        return {
          SpreadElement({ argument }) {
            if (argument.type !== 'ConditionalExpression') return;
            if (!isEmpty(argument.consequent) && !isEmpty(argument.alternate)) return;
            if (!context.sourceCode.getText(argument.test).includes('undefined')) return;
            const message = 'Type the option as `x?: T | undefined` and pass it on as it is.';
            context.report({ node: argument, message });
          },
        };
      },
    },
  },
};
