import { Button, Group, Skeleton, Text } from '@mantine/core';
import { plainText, type RichTextDocument } from '@pellucid/conditions/rich-text';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLayer } from '@/lib/layers/use-layer';
import { problemText } from '@/lib/problem-text';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { useKeptDraft } from './use-kept-draft';

// Half of the app's size, so it loads when somebody begins to write.
const RichTextEditor = lazy(() => import('./rich-text-editor'));

/** What tools of a composer work with. */
export interface ComposerText {
  /** What is written. */
  document: () => RichTextDocument | null;
  /** Replaces what is written, and saves nothing. */
  fill: (document: RichTextDocument | null) => void;
}

interface ComposerProps {
  /** Identifies the draft: see `useKeptDraft`. */
  place: string;
  label: string;
  placeholder?: string | undefined;
  saveLabel: string;
  /** The document to change; none for a new text. */
  document?: RichTextDocument | undefined;
  /** Version of the record that has it. */
  version?: number | undefined;
  named?: ((id: string) => string | undefined) | undefined;
  /** Saves what was written, based on the version that the writer saw. Rejects if it couldn't be saved. */
  onSave: (document: RichTextDocument, version: number | undefined) => Promise<unknown>;
  onClose: () => void;
  /** Runs while somebody writes. */
  onTyping?: () => void;
  /** More inputs, above the buttons. */
  children?: ReactNode;
  /** Tools beside the buttons. */
  tools?: (text: ComposerText) => ReactNode;
}

/**
 * Writes a text or changes one: Ctrl-Enter saves, Esc closes. What isn't saved is kept in this browser and is there again when
 * the composer opens, so closing loses nothing.
 */
export default function Composer(props: ComposerProps) {
  const { place, label, placeholder, saveLabel, document, version, named, onSave, onClose, children } = props;
  const { t } = useTranslation('notes');
  const [kept, keep] = useKeptDraft(place);
  const [isKept, setKept] = useState(kept !== undefined);
  const [round, setRound] = useState(0);
  const written = useRef<RichTextDocument | null>(kept?.document ?? document ?? null);
  // The version that the writer saw, and not one that came while they wrote: what others wrote since is a conflict.
  const [base, setBase] = useState(kept?.version ?? version);
  const [problem, setProblem] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  // While it is being saved, leaving could lose it: the draft is removed once the server has it.
  useUnsavedChanges(() => isSaving);
  useLayer(true, onClose);
  const save = async () => {
    const text = written.current;
    if (isSaving) return;
    if (!text || !plainText(text).trim()) return setProblem(t('composer.empty'));
    setSaving(true);
    setProblem(undefined);
    try {
      const saved = await onSave(text, base);
      if (saved === undefined) return;
      keep(undefined);
      onClose();
    } catch (error) {
      setProblem(problemText(error));
    } finally {
      setSaving(false);
    }
  };
  const change = (next: RichTextDocument | null) => {
    written.current = next;
    setProblem(undefined);
    keep(next ? { document: next, ...(base === undefined ? {} : { version: base }) } : undefined);
  };
  const fill = (next: RichTextDocument | null) => {
    change(next);
    setRound((now) => now + 1);
  };
  const discard = () => {
    keep(undefined);
    setKept(false);
    written.current = document ?? null;
    setBase(version);
    if (document) setRound(round + 1);
    else onClose();
  };
  return (
    <div>
      <Suspense fallback={<Skeleton height={140} radius="md" aria-label={label} />}>
        <RichTextEditor
          key={round}
          value={written.current}
          label={label}
          placeholder={placeholder}
          error={problem}
          named={named}
          autoFocus
          onSubmit={() => void save()}
          onChange={(next) => {
            props.onTyping?.();
            change(next);
          }}
        />
      </Suspense>
      {children}
      <Group gap="xs" mt="xs" justify="space-between">
        <Group gap="xs">
          <Button size="xs" loading={isSaving} onClick={() => void save()} title={t('composer.shortcut')}>
            {saveLabel}
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={onClose}>
            {t('composer.close')}
          </Button>
          {props.tools?.({ document: () => written.current, fill })}
        </Group>
        {isKept ? (
          <Group gap={4}>
            <Text size="xs" c="dimmed">
              {t('composer.kept')}
            </Text>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={discard}>
              {t('composer.discard')}
            </Button>
          </Group>
        ) : null}
      </Group>
    </div>
  );
}
