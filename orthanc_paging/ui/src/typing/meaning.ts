/** The meanings of a text under a header. They do not depend on the language of the text. */

/** A first and a last moment, both included; '' is the beginning or the end of time. */
export type Span = readonly [first: string, last: string];

export type Meaning =
    /** The value contains each of the words, in any order. */
    | { readonly type: 'words'; readonly words: readonly string[] }
    /** The value contains the text. */
    | { readonly type: 'part'; readonly text: string }
    /** The value begins with the text. */
    | { readonly type: 'start'; readonly text: string }
    /** DICOM attribute matching as it is written: wildcards, and lists with a backslash. */
    | { readonly type: 'pattern'; readonly text: string }
    /** The value is the text. */
    | { readonly type: 'exact'; readonly text: string }
    /** The value is one of these. */
    | { readonly type: 'values'; readonly values: readonly string[] }
    /** The value is missing. */
    | { readonly type: 'missing' }
    | { readonly type: 'number'; readonly value: string }
    /** Days, as `2025-12-01`. */
    | { readonly type: 'days'; readonly spans: readonly Span[] }
    /** Times of a day, as `09:30:00`. */
    | { readonly type: 'times'; readonly spans: readonly Span[] }
    /** Instants in UTC, as `2025-12-01T09:30:00Z`. */
    | { readonly type: 'instants'; readonly spans: readonly Span[] }
    /** Days seen from today, such as `last-30-days`: see `relative.ts`. */
    | { readonly type: 'relative'; readonly name: string };
