/** Theme and the few components the whole app shares. */
export { cssVariablesResolver, theme } from './theme';
export { Initials, initialsOf } from './initials';
export { StateMessage } from './state-message';
