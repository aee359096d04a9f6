/**
 * What is read, in its order, with so many readings under way while one is used. `next` begins a reading; null when there are no
 * more. One that fails is told when its turn comes; who stops early waits for those that are under way.
 */
export async function* readAhead<T>(count: number, next: () => Promise<T> | null): AsyncGenerator<T> {
  const underWay: Promise<T>[] = []
  const fill = (): void => {
    while (underWay.length < count) {
      const reading = next()
      if (!reading) return
      reading.catch(() => undefined)
      underWay.push(reading)
    }
  }
  try {
    fill()
    for (;;) {
      const reading = underWay.shift()
      if (!reading) return
      const read = await reading
      fill()
      yield read
    }
  } finally {
    // The database may be closed next.
    await Promise.allSettled(underWay)
  }
}
