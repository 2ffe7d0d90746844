import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type DefaultValues, type FieldValues, type Path, useForm } from 'react-hook-form';
import { ApiProblem } from '@/lib/api-problem';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { forgetQuestion, keepQuestion } from '@/lib/session/asked-factor';
import { beginSession } from '@/lib/session/session';
import type { EntryAnswer } from '@/lib/session/session.types';

/** A form that shows the API's errors at their fields, and others above the fields. */
export function useAuthForm<Values extends FieldValues>(
  defaultValues: DefaultValues<Values>,
  send: (values: Values) => Promise<void>,
) {
  const form = useForm<Values>({ defaultValues });
  const [problem, setProblem] = useState<string | undefined>();
  const onSubmit = form.handleSubmit(async (values) => {
    setProblem(undefined);
    try {
      await send(values);
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : [];
      const known = fields.filter(({ pointer }) => pointer.slice(1) in values);
      for (const field of known)
        form.setError(field.pointer.slice(1) as Path<Values>, { message: fieldProblemText(field) });
      const others = fields.filter((field) => !known.includes(field)).map(fieldProblemText);
      if (known.length === 0 || others.length) setProblem(others.join(' ') || problemText(error));
    }
  });
  const errorOf = (name: Path<Values>) => form.formState.errors[name]?.message as string | undefined;
  return { form, problem, onSubmit, errorOf, isSubmitting: form.formState.isSubmitting };
}

/** Accepts only paths in this app, so that a link in a mail can't redirect elsewhere after log-in. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/';
}

/** Handles the answer to a log-in: goes to the requested page, or to the second factor. */
export function useEnter(): (answer: EntryAnswer) => void {
  const navigate = useNavigate();
  const { next } = useSearch({ strict: false }) as { next?: unknown };
  return (answer) => {
    if ('secondFactor' in answer) {
      keepQuestion(answer.secondFactor);
      void navigate({ to: '/login/second-factor', search: { next } as never });
      return;
    }
    forgetQuestion();
    beginSession(answer);
    // If the session still needs a second factor, the router redirects to set it up and later returns to this address.
    void navigate({ href: safeNext(next) } as never);
  };
}
