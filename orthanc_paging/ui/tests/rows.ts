/** Prints values, their texts in the list, and the parameters that these texts become: for tests/unit/test_typed.py. */

import fc from 'fast-check';

import { shown } from '../src/format';
import { meaning, parameterOf } from '../src/typing/typed';
import { column, LOCALES, local, NOW } from './support';
import { VALUES } from './values';

const NUMBER = 500;

const rows = VALUES.flatMap(([keyword, values]) => {
    const { kind } = column(keyword);
    return fc.sample(fc.tuple(values, fc.constantFrom(...LOCALES)), NUMBER).map(([value, tag]) => {
        const text = shown(kind, value, local(tag));
        const meant = meaning(kind, text, local(tag), NOW);
        const [name, parameter] = meant ? parameterOf(column(keyword), meant, NOW) : [null, null];
        return { keyword, value, text, name, parameter };
    });
});

console.log(JSON.stringify(rows));
