/** The words of the page, in the first language of the browser that there is. */

import { de } from './locales/de';
import { en, type Words } from './locales/en';
import { es } from './locales/es';
import { fr } from './locales/fr';

const LANGUAGES: Readonly<Record<string, Words>> = { en, fr, de, es };

/** The browser's own tag of the language, with its region, in which dates and numbers are written. */
export const locale = navigator.languages.find((tag) => languageOf(tag) in LANGUAGES) ?? 'en';

export const words: Words = LANGUAGES[languageOf(locale)] ?? en;

/** A text with its gaps filled: `{count} studies`. */
export function filled(text: string, gaps: Readonly<Record<string, string>>): string {
    return text.replace(/\{(\w+)\}/g, (gap, name: string) => gaps[name] ?? gap);
}

/** The one of two forms that goes with a number. */
export function plural(forms: readonly [string, string], value: number, told: string): string {
    const form = new Intl.PluralRules(locale).select(value) === 'one' ? forms[0] : forms[1];
    return filled(form, { count: told });
}

function languageOf(tag: string): string {
    return tag.toLowerCase().split('-')[0] ?? '';
}
