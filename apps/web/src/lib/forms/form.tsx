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
 * The form used by every page and dialog. After a submit it focuses the first error, found at once or reported by the
 * API, and shows the number of errors beside its buttons (see FormButtons). It reads errors from the DOM, so inputs
 * only need to mark their own. A test ensures that there is no other form.
 */
export function Form({ onSubmit, children, ...rest }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [count, setCount] = useState(0);
  const isTried = useRef(false);
  /** Submitted, and no error found so far. */
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
          // React also bubbles the events of a dialog opened by the form, though it is rendered elsewhere.
          if (event.target !== event.currentTarget) return;
          isTried.current = true;
          isAwaited.current = true;
          onSubmit(event);
          // If the same errors remain, nothing in the DOM changes and the observer doesn't run.
          requestAnimationFrame(() => requestAnimationFrame(() => look.current()));
        }}
        onInput={(event) => {
          // A late answer must not move the focus of somebody who is typing.
          isAwaited.current = false;
          rest.onInput?.(event);
        }}
      >
        {children}
      </form>
    </FormProblems>
  );
}

/** The number of inputs with an error in the surrounding form, linked to the first. Nothing if there are none. */
export function FormProblemCount() {
  const { count, focusFirst } = useContext(FormProblems);
  return <ProblemCount count={count} onFocusFirst={focusFirst} />;
}

/** The buttons at the end of a form, with the number of its errors. */
export function FormButtons({ children }: { children: ReactNode }) {
  return (
    <Group justify="flex-end" gap="xs">
      <FormProblemCount />
      {children}
    </Group>
  );
}
