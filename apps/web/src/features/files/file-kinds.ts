/** Pictures that browsers draw and that can't run anything. SVG is none of them. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);
const PDF = 'application/pdf';

/** Whether a file is a picture that can be shown. */
export const isPicture = (mediaType: string | null | undefined): boolean => PICTURES.has(mediaType ?? '');

/** Whether a file is a PDF document. */
export const isPdf = (mediaType: string | null | undefined): boolean => mediaType === PDF;

/** Whether a file can be looked at without saving it. */
export const canPreview = (mediaType: string | null | undefined): boolean =>
  isPicture(mediaType) || isPdf(mediaType);
