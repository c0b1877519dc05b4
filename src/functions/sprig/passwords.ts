import { returns } from '../define.ts'
import { blockSize, decryptAes, encryptAes } from './aes.ts'
import { derivePassword } from './derive-password.ts'
import type { SprigOptions } from './options.ts'
import type { FunctionTable } from './table.ts'

/** Functions that derive passwords and hide texts. */
export function passwordFunctions({ random }: SprigOptions): FunctionTable {
  return [
    [
      'derivePassword',
      {
        ...returns(
          'string',
          ['uint32', 'string', 'string', 'string', 'string'],
          (counter, type, password, user, site) => {
            return derivePassword(Number(counter.scalar), type, { password, user, site })
          },
        ),
        // scrypt takes 32 MiB and 0.1 s, as it is meant to.
        steps: 500_000,
      },
    ],
    [
      'encryptAES',
      returns('string', ['string', 'string'], (password, text) => {
        return text === '' ? '' : encryptAes(password, text, random(blockSize))
      }),
    ],
    [
      'decryptAES',
      returns('string', ['string', 'string'], (password, text) => {
        return text === '' ? '' : decryptAes(password, text)
      }),
    ],
  ]
}
