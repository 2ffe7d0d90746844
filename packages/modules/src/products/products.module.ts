import { Module } from '@nestjs/common';

/** Products bring a description only: the record engine does the rest. */
@Module({})
export class ProductsModule {}
