import type { Result } from '../../gotemplate/rows.ts'

/** Rows where we differ from Sprig, and what we give; each with its reason. */
export const differences: ReadonlyMap<string, Result> = new Map<string, Result>([
  // JavaScript's zones know of no summer time that lasted years: London had British Standard Time until 1971.
  [
    '{{ dateInZone "2006-01-02 15:04:05 -0700 MST" 0 "Europe/London" }}',
    { output: '1970-01-01 01:00:00 +0100 +01' },
  ],
  // In Go a list has room for more than it holds, and slice looks into it.
  [
    '{{ slice (append (list 1 2 3) 4) 0 6 }}',
    {
      error:
        'template: inject:1:3: executing "inject" at <slice (append (list 1 2 3) 4) 0 6>: error calling slice: reflect.Value.Slice: slice index out of bounds',
      phase: 'execute',
    },
  ],
  // Where a number does not fit Go gives, beside the error that Sprig drops, what it has read of the rest.
  ['{{ fromJson "[1,1e400]" }}', { output: '<no value>' }],
  // re2js takes two groups of one name for a mistake.
  ['{{ regexMatch "(?P<n>a)(?P<n>b)" "ab" }}', { output: 'false' }],
])
