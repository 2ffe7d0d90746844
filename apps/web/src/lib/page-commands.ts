/** What can be done with what the page shows, for the command palette. */
import { type ReactNode, useLayoutEffect, useRef, useSyncExternalStore } from 'react';

export interface PageCommand {
  /** Unique among the commands of the page. */
  key: string;
  label: string;
  icon: ReactNode;
  /** The key that does the same, as {@link import('./keyboard/use-shortcuts').Shortcuts} names it. */
  keys?: string;
  /** The most usual one comes first, and what takes something away last. */
  place?: 'first' | 'last';
  run: () => void;
}

/** Commands of a part of the page. */
export interface PageCommands {
  /** What they are about: the name of a record, or of a list. */
  title: string;
  commands: PageCommand[];
}

const offered = new Set<{ current: PageCommands }>();
const listeners = new Set<() => void>();
/** Counts the changes of what is offered. */
let changes = 0;

function noteChange(): void {
  changes += 1;
  for (const listener of listeners) listener();
}

const rankOf = ({ place }: PageCommand) => (place === 'first' ? 0 : place === 'last' ? 2 : 1);

/** Offers commands while the component is on the page. */
export function usePageCommands(title: string, commands: PageCommand[]): void {
  const own = useRef<PageCommands>({ title, commands });
  own.current = { title, commands };
  useLayoutEffect(() => {
    offered.add(own);
    noteChange();
    return () => {
      offered.delete(own);
      noteChange();
    };
  }, []);
}

/** The commands of the page, by title. Parts of the page that load late bring theirs when they are there. */
export function useOfferedCommands(): PageCommands[] {
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => changes,
  );
  const byTitle = Map.groupBy([...offered], ({ current }) => current.title);
  return [...byTitle].map(([title, parts]) => ({
    title,
    commands: parts.flatMap(({ current }) => current.commands).sort((a, b) => rankOf(a) - rankOf(b)),
  }));
}
