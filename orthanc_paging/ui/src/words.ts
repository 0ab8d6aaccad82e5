/** The words of the page, in the first language of the browser that the page has. */

import { de } from './locales/de';
import { en, type TypingWords, type Words } from './locales/en';
import { es } from './locales/es';
import { fr } from './locales/fr';

/** The words of the page by the tags of their languages. */
export const LANGUAGES: Readonly<Record<string, Words>> = { en, fr, de, es };

/** The tag of the language of the words: one of the browser's, or `en`. */
export const language = navigator.languages.find((tag) => languageOf(tag) in LANGUAGES) ?? 'en';

/** The browser's own locale, for dates, times and numbers. It may differ from the language of the words. */
export const locale = navigator.languages.find(isLocale) ?? language;

export const words: Words = LANGUAGES[languageOf(language)] ?? en;

/** The words that people type, by the tags of their languages. The page understands all of them in each language. */
export const TYPING: Readonly<Record<string, TypingWords>> = Object.fromEntries(
    Object.entries(LANGUAGES).map(([tag, { typing }]) => [tag, typing]),
);

/** Return a text with its gaps filled: `{count} studies`. */
export function filled(text: string, gaps: Readonly<Record<string, string>>): string {
    return text.replace(/\{(\w+)\}/g, (gap, name: string) => gaps[name] ?? gap);
}

/** Return the form, singular or plural, that goes with a value, with `count` in its gap. */
export function plural(forms: readonly [string, string], value: number, count: string): string {
    const form = new Intl.PluralRules(language).select(value) === 'one' ? forms[0] : forms[1];
    return filled(form, { count });
}

function languageOf(tag: string): string {
    return tag.toLowerCase().split('-')[0] ?? '';
}

/** Whether the browser understands its own tag: it does not understand `en-US@posix`. */
function isLocale(tag: string): boolean {
    try {
        return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
    } catch {
        return false;
    }
}
