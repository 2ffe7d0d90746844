/** TanStack Query options and keys of every operation. */
export * from './generated/@tanstack/react-query.gen.js';
