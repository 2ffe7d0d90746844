import { useQueryClient } from '@tanstack/react-query';
import type { MentionOptions } from '@tiptap/extension-mention';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useObjects } from '../api/describe-objects';
import { peopleToMention } from './people-to-mention';

export interface Person {
  id: string;
  name: string;
}

/** The open list of people, and where it is. */
export interface OpenMentions {
  people: Person[];
  active: number;
  /** Of the "@" that was typed, in the window. */
  at: DOMRect | null;
  pick: (person: Person) => void;
}

/** Suggests people after "@": what the editor needs, and the state of the list. */
export function useMentions() {
  const queryClient = useQueryClient();
  const member = useObjects().find(({ presentation }) => presentation.offered.logIn);
  const [open, setOpen] = useState<OpenMentions>();
  const state = useRef<OpenMentions>(undefined);
  const set = useCallback((next: OpenMentions | undefined) => {
    state.current = next;
    setOpen(next);
  }, []);
  const source = useRef({ queryClient, member });
  source.current = { queryClient, member };
  // The editor is made once, with this.
  const suggestion = useMemo<MentionOptions['suggestion']>(
    () => ({
      char: '@',
      items: ({ query }) => {
        const { member: people, queryClient: client } = source.current;
        return people ? peopleToMention(client, people, query) : [];
      },
      render: () => {
        const show = (props: {
          items: Person[];
          clientRect?: (() => DOMRect | null) | null;
          command: (chosen: { id: string; label: string }) => void;
        }) =>
          set({
            people: props.items,
            active: 0,
            at: props.clientRect?.() ?? null,
            pick: ({ id, name }) => props.command({ id, label: name }),
          });
        return {
          onStart: show,
          onUpdate: show,
          onExit: () => set(undefined),
          onKeyDown: ({ event }) => {
            const now = state.current;
            if (!now?.people.length) return false;
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (step) set({ ...now, active: (now.active + step + now.people.length) % now.people.length });
            else if (event.key === 'Enter' || event.key === 'Tab') now.pick(now.people[now.active]!);
            else if (event.key === 'Escape') set(undefined);
            else return false;
            event.stopPropagation();
            return true;
          },
        };
      },
    }),
    [set],
  );
  return { suggestion, menu: { open, onHover: (active: number) => open && set({ ...open, active }) } };
}
