import { base, clean, dir, ext, isAbs } from '../../golang/path.ts'
import { returns } from '../define.ts'
import { named, type FunctionTable } from './table.ts'

/** Functions over paths; where Go runs on Linux, those of the system are the same. */
export const pathFunctions: FunctionTable = [
  ...named(['base', 'osBase'], returns('string', ['string'], base)),
  ...named(['clean', 'osClean'], returns('string', ['string'], clean)),
  ...named(['dir', 'osDir'], returns('string', ['string'], dir)),
  ...named(['ext', 'osExt'], returns('string', ['string'], ext)),
  ...named(['isAbs', 'osIsAbs'], returns('bool', ['string'], isAbs)),
]
