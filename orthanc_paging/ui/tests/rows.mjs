// Runs rows.ts.
import { withBundles } from './bundle.mjs';

await withBundles(['rows.ts'], ([file]) => import(file));
