"""What the naive grader compares with, imported when it is needed."""


def agree(answer, truth):
    return type(answer) is type(truth) and answer.tobytes() == truth.tobytes()
