/** The theme and the few components that the whole app shares. */
export { cssVariablesResolver, theme } from './theme';
export { Initials, initialsOf } from './initials';
export { StateMessage } from './state-message';
