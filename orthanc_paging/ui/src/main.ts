/** Starts the page, in the language of the browser. */

import { StudiesPage } from './page';
import { language, words } from './words';

document.title = words.title;
document.documentElement.lang = language;
new StudiesPage();
