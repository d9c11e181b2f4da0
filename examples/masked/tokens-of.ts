import type { Encoder, TokenEncoder } from '@halp/encoders';

/**
 * The parts of a transformer encoder.
 *
 * @param caller - the name of the objective, for the error message.
 * @throws TypeError if the encoder has no tokens.
 */
export function tokensOf(caller: string, { tokens }: Encoder): TokenEncoder {
  if (tokens !== undefined) return tokens;
  throw new TypeError(
    `${caller}: expected an encoder with tokens, got one without; use encoder: { kind: 'transformer', … } in the recipe`,
  );
}
