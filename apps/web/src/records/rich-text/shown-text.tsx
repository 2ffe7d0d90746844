import { plainText, type RichTextDocument } from '@pellucid/conditions/rich-text';
import { namesIn } from './names-in';
import RichTextView from './rich-text-view';

interface ShownTextProps {
  document: RichTextDocument;
  /** The record that it belongs to. */
  record: Record<string, unknown> | undefined;
  /** Whether there is room for all of it. Otherwise its beginning is shown, in one line. */
  isWhole: boolean | undefined;
}

/** A rich text as the value of a field. */
export default function ShownText({ document, record, isWhole }: ShownTextProps) {
  const named = namesIn(record);
  if (!isWhole) return <span className="pl-truncate">{plainText(document, named)}</span>;
  return <RichTextView document={document} named={named} />;
}
