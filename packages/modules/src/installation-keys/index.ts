export { WRAPPED_PLACES } from './wrapped-places.js';
