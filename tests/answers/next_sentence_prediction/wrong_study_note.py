# mistakes: softmax_misspelt
class NextSentencePrediction(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.classifier = nn.Linear(hidden, 2)
        self.softmaz = nn.LogSoftmax(dim=-1)

    def forward(self, x):
        return self.softmax(self.classifier(x))
