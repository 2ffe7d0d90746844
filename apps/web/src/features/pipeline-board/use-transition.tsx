import { type ReactNode, useCallback, useState } from 'react';
import { ApiProblem, type ProblemField } from '@/lib/api-problem';
import type { Cause } from '@/records/api/undo';
import { updateRecord } from '@/records/api/write-record';
import { keyAt } from '@/records/fields/custom-values';
import { fieldOf, type ObjectDescription, type RecordData } from '@/records/object-description';
import { OPPORTUNITIES } from './api/stage-deals';
import { type Transition, transitionDeal } from './api/transition-deal';
import type { Stage } from './api/pipelines';
import type { Verb } from './board-deals';
import { MissingFieldsDialog } from './missing-fields-dialog';
import { CloseDealDialog } from './close-deal-dialog';

interface Asked<T> {
  key: number;
  answer: (value: T | undefined) => void;
}

type Question =
  | (Asked<Transition> & { kind: 'close'; verb: 'win' | 'lose'; deal: RecordData })
  | (Asked<RecordData> & {
      kind: 'fields';
      deal: RecordData;
      problems: ProblemField[];
      save: (changes: Record<string, unknown>) => Promise<RecordData>;
    });

/** The fields that a refusal names, if the user can fill in all of them. */
function fillableProblems(object: ObjectDescription, error: unknown): ProblemField[] | undefined {
  if (!(error instanceof ApiProblem) || error.status !== 422 || error.fields.length === 0) return undefined;
  const canFill = ({ pointer }: ProblemField) => {
    const field = fieldOf(object, keyAt(pointer));
    return field !== undefined && !field.readOnly && field.key !== 'stage';
  };
  return error.fields.every(canFill) ? error.fields : undefined;
}

let questions = 0;

/**
 * Moves deals between stages and asks for what a move needs: date and reason of closing, fields required by the target
 * stage. `run` returns the deal after the move, or undefined if the user cancelled; it throws ApiProblem for any other
 * refusal. `onStart` is called before the first attempt, once everything has been asked. Render `dialog` somewhere.
 */
export function useTransition(object: ObjectDescription) {
  const [question, setQuestion] = useState<Question | undefined>();

  const run = useCallback(
    async (
      deal: RecordData,
      verb: Verb,
      target: Stage | undefined,
      cause: Cause,
      onStart?: () => void,
    ): Promise<RecordData | undefined> => {
      const ask = <T,>(make: (asked: Asked<T>) => Question) =>
        new Promise<T | undefined>((resolve) => {
          questions += 1;
          setQuestion(
            make({
              key: questions,
              answer: (value) => {
                setQuestion(undefined);
                resolve(value);
              },
            }),
          );
        });
      let transition: Transition | undefined;
      if (verb === 'win' || verb === 'lose') {
        transition = await ask<Transition>((asked) => ({ ...asked, kind: 'close', verb, deal }));
      } else if (verb === 'move') {
        transition = target && { verb, body: { stage: target.id } };
      } else {
        transition = { verb, body: target ? { stage: target.id } : {} };
      }
      if (!transition) return undefined;
      onStart?.();
      let current = deal;
      for (;;) {
        try {
          return await transitionDeal(deal.id, transition, cause);
        } catch (error) {
          const problems = fillableProblems(object, error);
          if (!problems) throw error;
          const standing = current;
          const saved = await ask<RecordData>((asked) => ({
            ...asked,
            kind: 'fields',
            deal: standing,
            problems,
            save: (changes) => updateRecord(OPPORTUNITIES, deal.id, changes, standing.version, cause),
          }));
          if (!saved) return undefined;
          current = saved;
        }
      }
    },
    [object],
  );

  let dialog: ReactNode = null;
  if (question?.kind === 'close') {
    dialog = (
      <CloseDealDialog
        key={question.key}
        object={object}
        deal={question.deal}
        verb={question.verb}
        onAnswer={question.answer}
      />
    );
  } else if (question?.kind === 'fields') {
    dialog = (
      <MissingFieldsDialog
        key={question.key}
        object={object}
        deal={question.deal}
        problems={question.problems}
        save={question.save}
        onAnswer={question.answer}
      />
    );
  }
  return { run, dialog };
}
