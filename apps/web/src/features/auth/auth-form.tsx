import { Alert, Button } from '@mantine/core';
import type { FormEventHandler, ReactNode } from 'react';
import { Form, FormProblemCount } from '@/lib/forms/form';
import { useDocumentTitle } from '@/lib/use-document-title';
import classes from './auth-form.module.css';

interface AuthFormProps {
  title: string;
  text?: ReactNode;
  problem: string | undefined;
  submitLabel: string;
  isSubmitting: boolean;
  onSubmit: FormEventHandler<HTMLFormElement>;
  children: ReactNode;
  footer?: ReactNode;
}

/** Frame of the forms before log-in. */
export function AuthForm({
  title,
  text,
  problem,
  submitLabel,
  isSubmitting,
  onSubmit,
  children,
  footer,
}: AuthFormProps) {
  useDocumentTitle(title);
  return (
    <>
      <h1 className={classes['title']}>{title}</h1>
      {text ? <p className={classes['text']}>{text}</p> : null}
      <Form onSubmit={onSubmit} className={classes['form']}>
        {problem ? (
          <Alert color="red" variant="light" role="alert">
            {problem}
          </Alert>
        ) : null}
        {children}
        <FormProblemCount />
        <Button type="submit" size="md" fullWidth loading={isSubmitting}>
          {submitLabel}
        </Button>
      </Form>
      {footer ? <div className={classes['footer']}>{footer}</div> : null}
    </>
  );
}
