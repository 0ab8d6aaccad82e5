import { endAddressWithSlash } from './address.js';

endAddressWithSlash();
