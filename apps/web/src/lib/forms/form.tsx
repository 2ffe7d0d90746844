import { Group } from '@mantine/core';
import {
  type ComponentProps,
  createContext,
  type FormEvent,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { ProblemCount } from './problem-count';
import { focusInput, wrongInputs } from './problem-focus';

interface Problems {
  count: number;
  focusFirst: () => void;
}

const FormProblems = createContext<Problems>({ count: 0, focusFirst: () => undefined });

type FormProps = Omit<ComponentProps<'form'>, 'ref' | 'noValidate' | 'onSubmit'> & {
  onSubmit: (event: FormEvent<HTMLFormElement>) => unknown;
};

/**
 * The form of every page and dialog. After a try to send it, it leads to the first mistake, whoever found it, at once or
 * when the API answers, and counts them beside its buttons (see FormButtons). It reads mistakes from what is drawn, so
 * that inputs only say what is wrong with them. A test keeps it the only way to make a form.
 */
export function Form({ onSubmit, children, ...rest }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [count, setCount] = useState(0);
  const isTried = useRef(false);
  /** Sent, and nothing was found wrong with it so far. */
  const isAwaited = useRef(false);
  const look = useRef(() => {
    if (!isTried.current || !form.current) return;
    const wrong = wrongInputs(form.current);
    setCount(wrong.length);
    if (!isAwaited.current) return;
    const first = wrong[0];
    const alert = form.current.querySelector('[role="alert"]');
    if (first) focusInput(first);
    else if (alert) alert.scrollIntoView({ block: 'nearest' });
    else return;
    isAwaited.current = false;
  });
  useEffect(() => {
    if (!form.current) return;
    const observer = new MutationObserver(() => look.current());
    observer.observe(form.current, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['aria-invalid', 'data-error'],
    });
    return () => observer.disconnect();
  }, []);
  const problems = useMemo(
    () => ({
      count,
      focusFirst: () => {
        const [first] = wrongInputs(form.current);
        if (first) focusInput(first);
      },
    }),
    [count],
  );
  return (
    <FormProblems value={problems}>
      <form
        {...rest}
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          // A dialog that a form opened is drawn elsewhere, and its events come by here all the same.
          if (event.target !== event.currentTarget) return;
          isTried.current = true;
          isAwaited.current = true;
          onSubmit(event);
          // Where the same mistakes stand there as before, nothing on the page changes.
          requestAnimationFrame(() => requestAnimationFrame(() => look.current()));
        }}
        onInput={(event) => {
          // Somebody who types on is not led away by a late answer.
          isAwaited.current = false;
          rest.onInput?.(event);
        }}
      >
        {children}
      </form>
    </FormProblems>
  );
}

/** How many inputs of the form around hold a mistake, leading to the first; nothing where there are none. */
export function FormProblemCount() {
  const { count, focusFirst } = useContext(FormProblems);
  return <ProblemCount count={count} onFocusFirst={focusFirst} />;
}

/** The buttons at the end of a form, with the count of its mistakes beside them. */
export function FormButtons({ children }: { children: ReactNode }) {
  return (
    <Group justify="flex-end" gap="xs">
      <FormProblemCount />
      {children}
    </Group>
  );
}
