import { Global, Module } from '@nestjs/common';
import { SAVED_VIEWS } from '@pellucid/platform/records';
import { OpenViews } from './open-views.js';
import { ViewFieldUses } from './view-field-uses.js';
import { ViewPresenter } from './view-presenter.js';
import { ViewsRepository } from './views.repository.js';
import { ViewsService } from './views.service.js';

/** Saved views. Global, because the record engine injects {@link SAVED_VIEWS}. */
@Global()
@Module({
  providers: [
    OpenViews,
    ViewFieldUses,
    ViewPresenter,
    ViewsRepository,
    ViewsService,
    { provide: SAVED_VIEWS, useExisting: OpenViews },
  ],
  exports: [SAVED_VIEWS, ViewsService],
})
export class ViewsModule {}
