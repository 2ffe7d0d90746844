import { Inject, Injectable } from '@nestjs/common';
import { notFound } from '@pellucid/platform/errors';
import { RecordReader, type SavedViews, type ViewCriteria } from '@pellucid/platform/records';
import { fieldsOfColumns, ViewPresenter } from './view-presenter.js';
import { ViewsRepository } from './views.repository.js';

/** Tells lists, aggregates and exports what a saved view says. */
@Injectable()
export class OpenViews implements SavedViews {
  constructor(
    @Inject(ViewsRepository) private readonly views: ViewsRepository,
    @Inject(ViewPresenter) private readonly presenter: ViewPresenter,
    @Inject(RecordReader) private readonly reader: RecordReader,
  ) {}

  async criteria(object: string, id: string): Promise<ViewCriteria> {
    const context = await this.reader.contextFor(object);
    const row = await this.views.find(id, this.presenter.readerIn(context.snapshot));
    if (row?.object !== object) throw notFound('The view');
    const { content, notes } = this.presenter.content(row, context);
    const { filter, sort } = content;
    return {
      ...(filter ? { filter } : {}),
      ...(sort ? { sort } : {}),
      fields: fieldsOfColumns(content, context),
      notes,
    };
  }
}
